"""Page types, snippets and settings. Django finds models through this module; import from the family's module."""

from pages.models.base import BasePage
from pages.models.changes import PublicChange
from pages.models.consultations import ConsultationDocument, ConsultationOutcomeDocument, ConsultationPage
from pages.models.events import EventPage
from pages.models.forms import FormField, FormPage
from pages.models.guidance import GuidanceChapterPage, GuidancePage
from pages.models.home import HomePage
from pages.models.news import NewsArticlePage
from pages.models.organisations import OrganisationContact, OrganisationPage, ParentOrganisation
from pages.models.people import PersonPage, RoleAppointment
from pages.models.publications import PublicationAttachment, PublicationPage
from pages.models.published import ContentDigest, GoneAddress
from pages.models.relations import PageOrganisation, PageTopic
from pages.models.sections import SectionPage, TopicPage
from pages.models.services import ServiceStartPage
from pages.models.site_settings import (
    AccessibilityStatement,
    AccessibilityStatementText,
    EmergencyBanner,
    EmergencyBannerText,
    FooterSettings,
    FooterText,
    NavigationMenu,
    NavigationSettings,
)
from pages.models.snippets import Contact, Notice
from pages.models.submissions import FormPageSubmission, SubmissionReceipt

__all__ = [
    "AccessibilityStatement",
    "AccessibilityStatementText",
    "BasePage",
    "ConsultationDocument",
    "ConsultationOutcomeDocument",
    "ConsultationPage",
    "Contact",
    "ContentDigest",
    "EmergencyBanner",
    "EmergencyBannerText",
    "EventPage",
    "FooterSettings",
    "FooterText",
    "FormField",
    "FormPage",
    "FormPageSubmission",
    "GoneAddress",
    "GuidanceChapterPage",
    "GuidancePage",
    "HomePage",
    "NavigationMenu",
    "NavigationSettings",
    "NewsArticlePage",
    "Notice",
    "OrganisationContact",
    "OrganisationPage",
    "PageOrganisation",
    "PageTopic",
    "ParentOrganisation",
    "PersonPage",
    "PublicChange",
    "PublicationAttachment",
    "PublicationPage",
    "RoleAppointment",
    "SectionPage",
    "ServiceStartPage",
    "SubmissionReceipt",
    "TopicPage",
]
